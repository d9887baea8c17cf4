package flowlog

// smartagRegions are those that Smartag serves: the endpoints of the official SDKs.
var smartagRegions = [...]string{
	"cn-shanghai", "cn-hongkong",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5",
	"eu-central-1",
}

// slsRegions are the public regions of Log Service (its pages "Supported regions" and "Endpoints"),
// with those that have closed since, as a FlowLog may be older than that.
var slsRegions = [...]string{
	"cn-hangzhou", "cn-shanghai", "cn-qingdao", "cn-beijing", "cn-zhangjiakou", "cn-huhehaote",
	"cn-wulanchabu", "cn-shenzhen", "cn-heyuan", "cn-guangzhou", "cn-chengdu", "cn-nanjing",
	"cn-fuzhou", "cn-wuhan-lr", "cn-hongkong",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6",
	"ap-southeast-7", "ap-southeast-8", "ap-northeast-1", "ap-northeast-2", "ap-south-1",
	"eu-central-1", "eu-west-1", "us-west-1", "us-east-1", "na-south-1", "sa-east-1",
	"me-east-1", "me-central-1",
}
